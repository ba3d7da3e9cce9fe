"""A second machine that remembers a loan log and cosigns it (C2SP tlog-witness). It needs no
library beside it.

keys        what it signs with
memory      what it saw last of each log, on disk
alarms      what showed it a rewritten log: kept until the operator has seen it
witness     what it does with a checkpoint: judge, remember, cosign
serving     asked over HTTP by the log
watching    asking the log: for a machine that nobody can reach
"""
