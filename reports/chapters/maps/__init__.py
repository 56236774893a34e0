"""The chapter on maps by district."""
