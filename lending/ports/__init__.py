"""What the services need of the world, as Protocols and the plain records they exchange.

    records   rows and read models: frozen dataclasses
    library   the durable library: one transaction, its shelves
    files     books at rest, and uploads on their way
    people    passwords, limits, link tokens, key proofs
    world     clock and ids

A port is a handful of verbs; its contract (durability, who may call it twice, what
it raises) is in its docstring. The same test suite runs on the fake and on each
real adapter.
"""
