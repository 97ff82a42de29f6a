"""The log processor: reads log objects from S3 and stores each record once in DynamoDB."""
