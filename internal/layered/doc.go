// Package layered lays out directed graphs for drawing, in layers from left to
// right, as Sugiyama, Tagawa and Toda do (Methods for Visual Understanding of
// Hierarchical System Structures, 1981):
//
//	components   each is laid out for itself
//	  acyclic    edges that close a cycle are turned round
//	  layers     longest path from the sources
//	  dummies    a long edge has a vertex in each layer that it passes
//	  order      barycenters, sweep by sweep, the best one is kept
//	  places     least squares with minimal distances, layer by layer
//	packing      components side by side, for a page and not for a ribbon
//
// All is integers, and nothing depends on a map's order: the same graph gives
// the same layout on every machine.
package layered
