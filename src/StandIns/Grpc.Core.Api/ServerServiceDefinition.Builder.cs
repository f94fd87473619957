namespace Grpc.Core;

public partial class ServerServiceDefinition
{
    /// <summary>Collects the methods of a service.</summary>
    public class Builder
    {
        private readonly HashSet<string> _names = new(StringComparer.Ordinal);
        private readonly List<Action<ServiceBinderBase>> _methods = [];

        /// <summary>Makes a builder without methods.</summary>
        public Builder()
        {
        }

        /// <summary>Adds a method with one request and one response.</summary>
        /// <typeparam name="TRequest">Its requests.</typeparam>
        /// <typeparam name="TResponse">Its responses.</typeparam>
        /// <param name="method">The method.</param>
        /// <param name="handler">Its implementation.</param>
        /// <exception cref="ArgumentException">A method of that name is there already.</exception>
        public Builder AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method,
            UnaryServerMethod<TRequest, TResponse> handler)
            where TRequest : class
            where TResponse : class
            => Add(method, binder => binder.AddMethod(method, handler));

        /// <summary>Adds a method with a stream of requests and one response.</summary>
        /// <typeparam name="TRequest">Its requests.</typeparam>
        /// <typeparam name="TResponse">Its responses.</typeparam>
        /// <param name="method">The method.</param>
        /// <param name="handler">Its implementation.</param>
        /// <exception cref="ArgumentException">A method of that name is there already.</exception>
        public Builder AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method,
            ClientStreamingServerMethod<TRequest, TResponse> handler)
            where TRequest : class
            where TResponse : class
            => Add(method, binder => binder.AddMethod(method, handler));

        /// <summary>Adds a method with one request and a stream of responses.</summary>
        /// <typeparam name="TRequest">Its requests.</typeparam>
        /// <typeparam name="TResponse">Its responses.</typeparam>
        /// <param name="method">The method.</param>
        /// <param name="handler">Its implementation.</param>
        /// <exception cref="ArgumentException">A method of that name is there already.</exception>
        public Builder AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method,
            ServerStreamingServerMethod<TRequest, TResponse> handler)
            where TRequest : class
            where TResponse : class
            => Add(method, binder => binder.AddMethod(method, handler));

        /// <summary>Adds a method with two streams.</summary>
        /// <typeparam name="TRequest">Its requests.</typeparam>
        /// <typeparam name="TResponse">Its responses.</typeparam>
        /// <param name="method">The method.</param>
        /// <param name="handler">Its implementation.</param>
        /// <exception cref="ArgumentException">A method of that name is there already.</exception>
        public Builder AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method,
            DuplexStreamingServerMethod<TRequest, TResponse> handler)
            where TRequest : class
            where TResponse : class
            => Add(method, binder => binder.AddMethod(method, handler));

        /// <summary>Makes the definition, with the methods so far.</summary>
        public ServerServiceDefinition Build() => new([.. _methods]);

        private Builder Add(IMethod method, Action<ServiceBinderBase> bind)
        {
            ArgumentNullException.ThrowIfNull(method);
            if (!_names.Add(method.FullName))
            {
                throw new ArgumentException($"The method '{method.FullName}' is there already.", nameof(method));
            }

            _methods.Add(bind);
            return this;
        }
    }
}
