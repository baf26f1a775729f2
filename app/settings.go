package app

import "time"

// settings collects the options of one call. The interfaces that the options
// implement decide which calls take them.
type settings struct {
	name     option[string]
	repeated []string // names of options that were given more than once
	allow    []AllowModel
	parts    parts

	// apps
	debug       bool
	binaryTypes option[[]string]

	// routes; cors holds nil for no CORS at all
	methods, contentTypes option[[]string]
	anyMethod             bool
	cors                  option[*CORSModel]
	apiKeyRequired        bool
	streams               bool
	auth                  option[Authorizer]
	doc                   option[string]

	// apps and routes: the *typedSettings that they have, whose type only those programs link
	typed any

	// authorizers
	ttl                               option[time.Duration]
	header, executionRole, invokeRole option[string]
	scopes, audiences                 option[[]string]
	identity                          []IdentityModel

	// blueprints
	namePrefix, pathPrefix option[string]
	manyCORS               bool
}

// functionSettings are the settings of a function of its own with those that its source of
// events has. They are a type of their own, so that a program without such functions
// doesn't link what describes them to the runtime.
type functionSettings struct {
	settings
	description           option[string]
	events                option[[]string]
	prefix, suffix        option[string]
	keyFilters            []KeyFilterModel
	viaEventBridge        bool
	filterPolicy          option[filterPolicy]
	batchSize             option[int]
	batchWindow           option[time.Duration]
	maxConcurrency        option[int]
	startingPosition      option[StreamPosition]
	partialBatch          bool
	filterPattern         option[string]
	filters               []filter
	disabled, bisect      bool
	sourceKey, failureKey option[string]
	onFailure             option[string]
	provisioned           option[ProvisionedModel]
	parallelShards        option[int]
	startAt               option[time.Time]
	maxRetries            option[int]
	maxAge                option[time.Duration]
	input                 option[inputText]
	inputPath, bus        option[string]
	deadLetterQueue       option[string]
	timezone              option[string]
	flexibleWindow        option[time.Duration]
	from, until           option[time.Time]
}

// option is a value, and whether it was given.
type option[T any] struct {
	value T
	given bool
}

// or returns the option's value, or other if it wasn't given.
func (o option[T]) or(other T) T {
	if o.given {
		return o.value
	}
	return other
}

// put keeps an option's value, and notes if it already had one.
func put[T any](s *settings, o *option[T], name string, value T) {
	if o.given {
		s.repeated = append(s.repeated, name)
	}
	*o = option[T]{value, true}
}

// apply sets what an option sets; the zero option sets nothing.
func apply(set func(*functionSettings), s *functionSettings) {
	if set != nil {
		set(s)
	}
}

// NameOption is what [Name] returns: an option of every function, route and
// builtin authorizer.
type NameOption struct{ handlerOption }

// Name names a handler. Without it the handler has the name of its Go function.
// Closures, wrapped handlers and instances of generic functions have no such
// name, and need this option if the name reaches AWS. The name of a route
// doesn't: a route without a name is called after its first method and its
// path, such as get_users_id for GET /users/{id}, or get_users_id_2 if that is
// taken. Websocket handlers without a name are called after their kind of
// event, such as websocket_connect.
func Name(name string) NameOption {
	return NameOption{handlerOption{func(s *settings) { put(s, &s.name, "Name", name) }}}
}

// handlerOption is an option of every function, route and builtin authorizer. The zero
// value is no option.
type handlerOption struct{ set func(*settings) }

func (o handlerOption) apply(s *settings) {
	if o.set != nil {
		o.set(s)
	}
}

func (o handlerOption) route(s *settings)              { o.apply(s) }
func (o handlerOption) authorizer(s *settings)         { o.apply(s) }
func (o handlerOption) schedule(s *functionSettings)   { o.apply(&s.settings) }
func (o handlerOption) cloudWatch(s *functionSettings) { o.apply(&s.settings) }
func (o handlerOption) s3(s *functionSettings)         { o.apply(&s.settings) }
func (o handlerOption) sns(s *functionSettings)        { o.apply(&s.settings) }
func (o handlerOption) sqs(s *functionSettings)        { o.apply(&s.settings) }
func (o handlerOption) kinesis(s *functionSettings)    { o.apply(&s.settings) }
func (o handlerOption) dynamoDB(s *functionSettings)   { o.apply(&s.settings) }
func (o handlerOption) logs(s *functionSettings)       { o.apply(&s.settings) }
func (o handlerOption) lambda(s *settings)             { o.apply(s) }
func (o handlerOption) websocket(s *settings)          { o.apply(s) }

// BatchSize is how many records an event holds at most. Without this option
// that is 1 for a queue, and 100 for a stream. The maximum is 10,000; more than
// 10 messages of a queue need a [BatchWindow], and a FIFO queue can't have more
// than 10.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html
func BatchSize(records int) MappingOption {
	return MappingOption{func(s *functionSettings) { put(&s.settings, &s.batchSize, "BatchSize", records) }}
}

// BatchWindow is how long Lambda may wait to fill a batch, in whole seconds up
// to five minutes. FIFO queues have none.
func BatchWindow(wait time.Duration) MappingOption {
	return MappingOption{func(s *functionSettings) { put(&s.settings, &s.batchWindow, "BatchWindow", wait) }}
}

// PartialBatch asks Lambda to retry only the records that the handler reports
// with [BatchItemFailures].
func PartialBatch() MappingOption {
	return MappingOption{func(s *functionSettings) { s.partialBatch = true }}
}

// batch reports options of batches that a model can't express, and returns the
// numbers that the model has.
func (s *functionSettings) batch(r reporter, size int) (batchSize, windowSeconds int) {
	batchSize = s.batchSize.or(size)
	if batchSize == 0 { // which in a model stands for no batch size
		r.report("BatchSize is %d: it has to be from 1 to 10000", batchSize)
	}
	window := s.batchWindow.value
	if window%time.Second != 0 {
		r.report("BatchWindow is %v: it has to be whole seconds", window)
	}
	return batchSize, int(window / time.Second)
}
