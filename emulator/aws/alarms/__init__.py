"""Judge the alarms of CloudWatch: statistics, metric math, missing data, and what a topic is told."""
