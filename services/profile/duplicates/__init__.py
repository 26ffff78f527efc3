"""Likely duplicates beside the certain: who may be one person, scored as profiles change, for stewards to look at.

`wire` and `consume` gather who changed, `step` brings people, keys and pairs up to date in one unit of `postgres`,
`learn` makes the model anew now and then, `settle` weighs rivals and, where a policy says so, confirms.
`queue` answers.
Decision 21 says why it runs beside the profile step; docs/matching.md how.
"""
