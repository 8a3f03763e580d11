from hub.launch.main import main

main()
