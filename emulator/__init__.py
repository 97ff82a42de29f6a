"""Run a local AWS made of real parts: moto's services, AWS's own runtime client, real Terraform."""
