"""Larder beside its peers on this machine, in one run: `./dev bench`.

Everything is on loopback. What is printed are medians, and ratios to the peers, since absolute figures are the
machine's. A row is a function in the tables of cold.py, failing.py and hot.py; it returns Measures.
"""
