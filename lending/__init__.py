"""`lending`: lend the e-books you bought. One copy, one reader, in the browser.

The map of rooms is in `docs/rooms.md`. This file imports nothing, so that the
core can be imported without Flask, SQL or Redis.
"""
