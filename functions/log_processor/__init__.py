"""Read log objects from S3, and store each of their records once in DynamoDB."""
