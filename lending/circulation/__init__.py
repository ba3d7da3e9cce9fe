"""The lending desk: what may happen to a copy, and what did.

Pure: the standard library only, no clock, no randomness, no storage. Everything
here is a frozen value or a function from values to values; refusals come from
`lending.refusals`.
"""
