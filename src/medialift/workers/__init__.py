"""A move on many machines: the ledger leases its shards, a task queue wakes whoever copies them.

The queue carries no work, only the word that there is some: messages may be lost, doubled or late,
and a broker may be restarted. What is to be done, by whom, and what is done stands in the ledger alone.
"""
