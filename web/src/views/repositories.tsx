// What is stored: all repositories, or one of them with its tags.
import { query } from "../store/router";
import { RepositoryList } from "./repositories/list";
import { RepositoryView } from "./repositories/repository";

export function Repositories() {
  const name = query.value.get("name");
  return name ? <RepositoryView key={name} name={name} /> : <RepositoryList />;
}
