"""What a site needs in its own files before its media can lie in a bucket: proposals, as text.

Values in, text out: nothing here reads or writes a file.
"""
