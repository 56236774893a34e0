"""From an update to an act to a screen."""
