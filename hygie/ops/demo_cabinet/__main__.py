from hygie.ops.demo_cabinet.server import main

main()
