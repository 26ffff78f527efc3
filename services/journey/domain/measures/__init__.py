"""Measures, one module each: its formula, its unit and where it comes from stand at the top.

Those of single interactions and contacts take a `Story` and give `Fact`s: which interaction of the timeline, and what
value. Those of journeys take a `Walk` beside it. All are functions of one profile's interactions in their order, so
whatever order they came in gives the same facts, and any figure over customers is a count, a sum, a mean or a
percentile of facts and opens to the interactions behind it.
"""
