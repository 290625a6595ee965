from config.demo.supervisor import main

main()
