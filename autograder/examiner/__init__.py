"""The tests' process: runs setup and test cells, with proxies for what the student wrote."""
