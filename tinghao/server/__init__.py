"""The server remembers and decides. Nothing in here touches a device.

Rooms: `store` (database, one writer, events, wishes), `access` (who asks), `hall`, `queueing`, `staff`, `devices`, `push`
(live events). `client` is the public Python client that stations use; they import nothing else of the server.
"""
