"""The loan log that can be checked without trusting who keeps it: pure arithmetic and formats.

tree          RFC 9162 Merkle trees: roots, proofs that a leaf is in and that a log only grew
tiles         the tree cut into tiles of 256 hashes (C2SP tlog-tiles), and proofs read from them
leaves        what one entry of the log is: 128 bytes, private facts only as commitments
notes         signed notes and the keys that sign them (C2SP signed-note)
checkpoints   what a log promises: so many entries with that root (C2SP tlog-checkpoint)
receipts      an entry with the proof that it is in the log (C2SP tlog-proof), to be kept by anybody
witnessing    what a second machine remembers of a log, and when it raises the alarm (C2SP tlog-witness)

It imports nothing but the standard library; who signs and who verifies are given to it.
"""
