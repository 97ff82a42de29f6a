"""What records cost: sizes as DynamoDB counts them, list prices, and what a quantity of records uses."""
