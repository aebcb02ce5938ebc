"""The teacher's side: runs setup and test cells, with proxies for what the student wrote."""
