"""Real servers for the tests: one file each, with what it is known not to do beside it as data.

::

    process.py    one child process: started, waited for, logged, surely stopped
    tls.py        a certificate authority made for this run
    s3server.py   S3Server: where a server is, who may use it, what it cannot show
    moto.py  rclone.py  ceph.py      the S3 servers
    databases.py  PostgreSQL and MariaDB: one database per worker, dropped at the end
    proxy.py      FaultProxy: stands before a server, counts what passes, applies rules
    sink.py       a stand-in for moves of very many files: it keeps sizes and digests, and no bytes
    rules.py      the rules: another region, throttling, broken, slow and false bodies
"""

from __future__ import annotations
