"""Run the deployed pipeline while every service fails on purpose, and check that no record is lost or duplicated."""
