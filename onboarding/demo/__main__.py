import sys

from onboarding.demo.command import main

sys.exit(main(sys.argv[1:]))
