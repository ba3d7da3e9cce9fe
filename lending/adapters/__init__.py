"""The ports' real things, named `port_technology`. Only `bootstrap` knows them."""
