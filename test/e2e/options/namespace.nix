# A network namespace that the host made.
{
  containers.test-namespace = {
    networkNamespace = "/run/netns/test-joined";
    config = { };
  };
}
