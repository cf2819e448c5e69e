// The registries that most mirrors are of.

export interface Preset {
  id: string;
  title: string;
  url: string;
  /** Keeps the names of several registries apart. */
  destination: string;
  credentials: "none" | "optional" | "needed";
  /** Short-lived credentials that Larder gets by itself. */
  credentialHelper?: "ecr";
  /** A repository that is there. */
  example: string;
  note?: string;
}

export const kPresets: Preset[] = [
  {
    id: "docker.io",
    title: "Docker Hub",
    url: "https://registry-1.docker.io",
    destination: "/docker.io",
    credentials: "optional",
    example: "library/alpine",
    note: "Docker Hub allows more pulls to logged-in users. An access token is enough.",
  },
  {
    id: "ghcr.io",
    title: "GitHub (ghcr.io)",
    url: "https://ghcr.io",
    destination: "/ghcr.io",
    credentials: "optional",
    example: "fluxcd/source-controller",
  },
  {
    id: "quay.io",
    title: "Quay",
    url: "https://quay.io",
    destination: "/quay.io",
    credentials: "optional",
    example: "prometheus/prometheus",
  },
  {
    id: "registry.k8s.io",
    title: "registry.k8s.io",
    url: "https://registry.k8s.io",
    destination: "/registry.k8s.io",
    credentials: "none",
    example: "pause",
  },
  {
    id: "gcr.io",
    title: "Google (gcr.io)",
    url: "https://gcr.io",
    destination: "/gcr.io",
    credentials: "optional",
    example: "distroless/static",
  },
  {
    id: "mcr.microsoft.com",
    title: "Microsoft (MCR)",
    url: "https://mcr.microsoft.com",
    destination: "/mcr.microsoft.com",
    credentials: "none",
    example: "dotnet/runtime",
  },
  {
    id: "public.ecr.aws",
    title: "Amazon ECR Public",
    url: "https://public.ecr.aws",
    destination: "/public.ecr.aws",
    credentials: "optional",
    example: "docker/library/alpine",
  },
  {
    id: "ecr",
    title: "Amazon ECR, private",
    url: "https://ACCOUNT.dkr.ecr.REGION.amazonaws.com",
    destination: "/ecr",
    credentials: "none",
    credentialHelper: "ecr",
    example: "team/app",
    note: "Put your account and region into the URL. Larder gets tokens with the AWS identity of the machine or pod.",
  },
  {
    id: "registry.gitlab.com",
    title: "GitLab",
    url: "https://registry.gitlab.com",
    destination: "/registry.gitlab.com",
    credentials: "optional",
    example: "gitlab-org/gitlab-runner",
    note: "Private projects need a deploy token with read_registry.",
  },
  { id: "other", title: "Another registry", url: "", destination: "", credentials: "optional", example: "team/app" },
];
