from hygie.ops.demo_notebook.server import main

main()
