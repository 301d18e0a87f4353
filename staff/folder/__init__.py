"""The supervision folder: papers and checks, the personal sheet, the learning log; what of them falls due."""
