package tfresource

// slot is the place of a T in a Run. Its type keeps the places of different types apart.
type slot[T any] struct{ key any }

// Shared returns the T that the resources of a run share under a comparable key. The
// first caller makes it with create.
func Shared[T any](r *Run, key any, create func() *T) *T {
	value, ok := r.shared.Load(slot[T]{key})
	if !ok {
		value, _ = r.shared.LoadOrStore(slot[T]{key}, create())
	}
	shared, _ := value.(*T) // nothing else is stored there
	return shared
}
