// Package layered lays out directed graphs for drawing, in layers from left to
// right, as Sugiyama, Tagawa and Toda do (Methods for Visual Understanding of
// Hierarchical System Structures, 1981):
//
//	components   each component is laid out separately
//	  acyclic    edges that close a cycle are reversed
//	  layers     longest path from the sources
//	  dummies    a long edge has a vertex in each layer that it passes
//	  order      barycenters, in several sweeps; the best order is kept
//	  places     least squares with minimal distances, layer by layer
//	packing      components side by side, so that the drawing fits a page
//
// All numbers are integers, and nothing depends on the order of a map: the same
// graph has the same layout on every machine.
package layered
