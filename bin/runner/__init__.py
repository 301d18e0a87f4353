"""What bin/run, bin/test, bin/check and bin/setup share: standard library only, since it runs before anything is there."""
