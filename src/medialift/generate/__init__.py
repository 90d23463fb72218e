"""Writes what has to stand at a provider before a site may use it: policies, configurations, steps.

Values in, text out: nothing here talks to anybody.
"""
