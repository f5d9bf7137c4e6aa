import { supervisorGraph } from './graph.ts'
import { NODES } from './wiring.ts'

/** The wiring for LangGraph's own tools (langgraph.json): they bring a checkpointer; a run needs a database of ours. */
export const graph = supervisorGraph(NODES, undefined)
