"""What becomes of the definitions of real SQL, when its files are run as they are meant to.

A file alone says little: an upgrade changes what another file has made. So the files of a package stand in
*runs*, texts that a server runs in one database, one file after the other and each in a session of its own.
``python -m model.ledger.record`` (from ``tests``) finds the order and asks servers which definitions they
execute; ``runs.json`` is what it found. ``opaque.txt`` lists what of that the model keeps as it is;
``python -m model.ledger.listing`` writes it again when a change of the model makes it shorter.
"""
