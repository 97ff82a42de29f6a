"""What several formats are made of: words, times, levels, layouts, and how lines are joined."""
