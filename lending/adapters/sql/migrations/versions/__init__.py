"""One module a migration, `mNNNN_what_it_does`."""
