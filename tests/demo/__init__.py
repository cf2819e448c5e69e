"""A larderd with upstreams, users and traffic, for looking at and for the tests of the dashboard."""
