"""The service beside the bare minimum of DynamoDB calls that its operations need."""
