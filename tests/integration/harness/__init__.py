"""What the integration tests and the bench stand on: the daemon, its peers and a registry client, as Python objects."""
