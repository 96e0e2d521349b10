"""What stands between the network and the pages: guard, sign-in, sessions, headers, tiles, the server."""
