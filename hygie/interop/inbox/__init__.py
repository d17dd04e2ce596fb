"""The drop folder: files that a software leaves in its own subfolder become deposits, each with its fate beside it."""
