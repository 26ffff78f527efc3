"""What changed after something was done: a figure before and after, with how sure one can be of the difference.

Nothing here draws lots: the same facts give the same intervals, in whatever order they come.
"""
