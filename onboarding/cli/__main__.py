from onboarding.cli.main import main

main()
