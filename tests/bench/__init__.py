"""Larder beside its peers on this machine, in one run: `./dev bench`.

Everything is on loopback. What is printed are medians, beside those of the peers, since absolute figures are the
machine's. A row is a function in the table ROWS of its theme's file; it returns Measures. A server that answers wrongly
ends the run.
"""
